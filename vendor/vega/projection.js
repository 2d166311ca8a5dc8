/* Stands in for the package vega-projection (BSD-3-Clause, after its src/projections.js) with five projections. */
import {geoEqualEarth, geoEquirectangular, geoIdentity, geoMercator, geoNaturalEarth1, geoPath} from 'd3-geo';
import {registerScale} from 'vega-scale';

const constructors = {
  equalearth: geoEqualEarth,
  equirectangular: geoEquirectangular,
  identity: geoIdentity,
  mercator: geoMercator,
  naturalearth1: geoNaturalEarth1,
};

export const projectionProperties = [
  'clipAngle', 'clipExtent', 'scale', 'translate', 'center', 'rotate', 'parallels', 'precision', 'reflectX', 'reflectY',
];

const defaultPath = geoPath();

export const getProjectionPath = projection => projection?.path ?? defaultPath;

export function projection(type) {
  const construct = constructors[type.toLowerCase()];
  return construct ? () => create(type, construct) : null;
}

function create(type, construct) {
  const made = construct();
  made.type = type;
  made.path = geoPath().projection(made);
  made.copy = () => {
    const copy = create(type, construct);
    for (const name of projectionProperties) if (made[name] && copy[name]) copy[name](made[name]());
    copy.path.pointRadius(made.path.pointRadius());
    return copy;
  };
  return registerScale(made);
}
